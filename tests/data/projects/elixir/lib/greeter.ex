defmodule Greeter do
  @moduledoc "Answers whoever connects, and hangs up."
  use Application

  @port 4040

  @impl true
  def start(_type, _args) do
    {:ok, listener} = :gen_tcp.listen(@port, [:binary, active: false, reuseaddr: true])
    IO.puts("Hello from Elixir")
    {:ok, spawn_link(fn -> answer(listener) end)}
  end

  defp answer(listener) do
    {:ok, socket} = :gen_tcp.accept(listener)
    :gen_tcp.send(socket, "HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\nHello from Elixir\n")
    :gen_tcp.close(socket)
    answer(listener)
  end
end
