"""One module a verb: `main(argv)` parses, asks the server (or works offline), prints, and gives the exit status."""
