"""What a law is given: one adapter in a closed world that it can question, feed and betray."""
