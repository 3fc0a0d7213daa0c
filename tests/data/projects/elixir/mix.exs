defmodule Greeter.MixProject do
  use Mix.Project

  def project do
    [app: :greeter, version: "0.1.0", elixir: "~> 1.14", start_permanent: Mix.env() == :prod]
  end

  def application do
    [mod: {Greeter, []}, extra_applications: [:logger]]
  end
end
