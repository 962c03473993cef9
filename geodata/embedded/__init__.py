"""The embedded default: all villages with approximate outlines, so that the program works without internet."""
