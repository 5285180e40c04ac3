"""The trained part of the default labeller: words to features, features to calibrated probabilities."""
