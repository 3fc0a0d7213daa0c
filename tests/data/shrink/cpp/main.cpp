#include <iostream>
#include <map>
#include <regex>
#include <string>

int main(int argc, char **argv) {
  std::string text = argc > 1 ? argv[1] : "hello c++ world";
  std::map<std::string, int> words;
  std::regex word("[a-z]+");
  for (std::sregex_iterator i(text.begin(), text.end(), word), end; i != end; ++i)
    ++words[i->str()];
  for (auto &[name, count] : words)
    std::cout << name << ' ' << count << '\n';
}
