package main

import (
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"time"
)

func run(stdin string, words ...string) func(http.ResponseWriter, *http.Request) {
	return func(answer http.ResponseWriter, _ *http.Request) {
		command := exec.Command(words[0], words[1:]...)
		command.Stdin = strings.NewReader(stdin)
		said, err := command.CombinedOutput()
		if err != nil {
			answer.WriteHeader(500)
			fmt.Fprint(answer, err)
		}
		answer.Write(said)
	}
}

func main() {
	http.HandleFunc("/", func(answer http.ResponseWriter, _ *http.Request) { fmt.Fprint(answer, "shop") })
	http.HandleFunc("/git", run("", "git", "--version"))
	http.HandleFunc("/query", run(`{"a": 7}`, "jq", ".a"))
	http.HandleFunc("/shell", run("", "sh", "-c", "echo tea | sort"))
	http.HandleFunc("/zone", func(answer http.ResponseWriter, _ *http.Request) {
		zone, err := time.LoadLocation("Asia/Tokyo")
		if err != nil {
			fmt.Fprint(answer, err)
			return
		}
		fmt.Fprint(answer, time.Unix(0, 0).In(zone))
	})
	http.ListenAndServe(":8080", nil)
}
