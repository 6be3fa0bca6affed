"""What was found of a venue, for people and for machines: text, JSON, JUnit, Markdown, a badge."""
