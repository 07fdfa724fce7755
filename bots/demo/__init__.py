"""`rota demo`: a sample business on embedded servers, with every process and a chat in the terminal."""
