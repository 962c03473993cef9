"""The village layer and parameters in, decisions out."""
