puts more
