puts 'Hello from Ruby'
