"""The roster engine: what is asked (`Problem`), what is answered (`Solution`), and who checks it (`score`).

Imports nothing of the service or the bots and does no input or output but in `solver.readers`.
"""
