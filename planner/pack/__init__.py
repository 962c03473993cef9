"""What an agent takes along: one page that works without network, points for maps and navigation, and paper.

Everything is made from the agent's own area; no other village comes into any of the files.
"""
