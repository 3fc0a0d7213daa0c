document.title = `Hello at ${new Date().getFullYear()}`
