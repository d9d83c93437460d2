"""How often each step is right, on data with known answers: ``python -m benchmarks.accuracy TASK PATH``.

A task is a module of two functions. ``predict(path)`` runs the product's own functions, as the pipeline
does, over a file in the format of the task and returns one line (a JSON object) an item in the file's
order; it reads nothing of the answers. ``measure(path, lines)`` holds such lines against the answers of
the file and returns named figures, so that anybody can compute them again from written predictions.
Most have a third, ``baseline(path)``: the lines of the plainest method that could do the task.
"""
