"""The child process that opens an uploaded table of unknown origin: one private copy in, lines of JSON out.

Started by the path of `__main__`, it imports nothing of the project but its own modules, relatively, and the module
that takes away its rights, by its path. Cells come back as text, numbers or nothing; never as code or objects.
"""
