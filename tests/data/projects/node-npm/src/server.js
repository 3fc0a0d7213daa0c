const http = require('http')

const port = process.env.PORT || 3000
console.log('Hello from Node.js')
http.createServer((request, response) => response.end('Hello from Node.js\n')).listen(port)
