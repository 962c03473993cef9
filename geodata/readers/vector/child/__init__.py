"""The child process that opens a file of unknown origin: one staged file in, Arrow rows and a small JSON answer out.

Started by the path of `__main__`, it imports nothing of the project but its own modules, and those relatively: the
parent knows them under another name. GeoJSON, GeoPackage and GeoParquet are read without GDAL: its GeoJSON driver
fetches the address in a ``crs`` link even with every other driver switched off.
"""
