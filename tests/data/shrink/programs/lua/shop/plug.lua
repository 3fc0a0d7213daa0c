return { name = "plug" }
