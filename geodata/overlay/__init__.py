"""Heavy sector layers over the villages: fields, ponds, buildings, rasters; read in pieces, summed by village."""
