-- Which part of the picture is published: x, y, width and height in shares of the upright picture; null: all of it.
ALTER TABLE videos_media ADD COLUMN crop double precision[] CHECK (cardinality(crop) = 4);
