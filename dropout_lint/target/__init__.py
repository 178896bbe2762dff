"""Which Keras a file is for, and why: the project's requirements, hints in the file, what is installed.

    releases           every release line and boundary: the file to touch when a Keras is released
    specifiers         version specifiers of Keras and TensorFlow -> releases
    requirement_files, setup_script   what a project declares
    hints              what a file's own text tells
    requirements       all of it weighed: `choose`

Knows nothing of the simulation. Nothing that is read here is executed.
"""
