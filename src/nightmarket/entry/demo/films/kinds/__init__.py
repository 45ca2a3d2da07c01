"""One kind of film per file: `frames(shot)` draws it, `sound(shot)` plays it."""
