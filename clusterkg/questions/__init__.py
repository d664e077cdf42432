"""The ready questions: which there are, what an answer rests on, and how each is explained."""
