"""Short films: handing in, publishing, sounds, captions, playlists."""
