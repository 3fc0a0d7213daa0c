package main

import "fmt"

func main() {
	fmt.Println("Welcome Charles to the Multi-Stage Dockerfiles")
}
