/* The text of a PTX file, word by word. */
#ifndef TOMBOLA_PTX_READER_H
#define TOMBOLA_PTX_READER_H

#include <string>
#include <vector>

typedef std::string string;
typedef std::vector<string> strings;

/* [base + offset], {a, b}, a | b, or one word. */
struct operand {
  strings words;
  string offset = "0";
  bool address = false, several = false;
};

/* ".align A .b8 NAME[BYTES]" or ".u64 NAME"; as many bytes as a launch gives are 0. */
struct variable {
  string name;
  long alignment, bytes;
};

class reader {
 public:
  reader(const string &file, const string &text);

  const string &file() const {
    return name;
  }
  bool at_end() const {
    return at == tokens.size();
  }

  /* The line of the word that was read last. */
  int line() const;

  /* Ends the program, and names that line. */
  [[noreturn]] void refuse(const string &what) const;

  const string &next();
  void want(const string &word);
  bool accept(const string &word);
  variable next_variable();

  /* Those of an instruction, and the semicolon behind them. */
  std::vector<operand> operands();

 private:
  struct token {
    string text;
    int line;
  };

  const string &peek() const;

  string name;
  std::vector<token> tokens;
  size_t at = 0;
};

#endif
