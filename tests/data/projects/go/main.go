package main

import (
	"fmt"
	"net"
	"os"
)

const answer = "HTTP/1.0 200 OK\r\nContent-Length: 14\r\n\r\nHello from Go\n"

func main() {
	listener, err := net.Listen("tcp", ":8080")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("Hello from Go")
	for {
		if connection, err := listener.Accept(); err == nil {
			connection.Write([]byte(answer))
			connection.Close()
		}
	}
}
