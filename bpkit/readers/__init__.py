"""Front ends: each reads one form of a project into the model; none of them touches a disk."""
