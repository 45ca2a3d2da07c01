"""One command of the terminal a file; a file is loaded when its command is called."""
