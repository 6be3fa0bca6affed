"""The smart order router: candidates → costs → sweep → minimums → legs. Pure: same inputs, same route."""
