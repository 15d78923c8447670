#include "reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_of_word(char c) {
  return isalnum((unsigned char)c) || (c != '\0' && strchr("_$%.@!-", c) != nullptr);
}

reader::reader(const string &file, const string &text) : name(file) {
  int line = 1;
  for (size_t i = 0; i < text.size();) {
    size_t end = i + 1;
    if (text.compare(i, 2, "//") == 0) {
      i = std::min(text.find('\n', i), text.size());
      continue;
    }
    if (text[i] == '"') {
      end = std::min(text.find('"', end), text.size() - 1) + 1;
    } else if (is_of_word(text[i])) {
      while (is_of_word(text[end])) {
        end++;
      }
    }
    if (!isspace((unsigned char)text[i])) {
      tokens.push_back({text.substr(i, end - i), line});
    }
    line += text[i] == '\n';
    i = end;
  }
}

int reader::line() const {
  return tokens.empty() ? 1 : tokens[at > 0 ? at - 1 : 0].line;
}

void reader::refuse(const string &what) const {
  fprintf(stderr, "%s:%d: %s\n", name.c_str(), line(), what.c_str());
  exit(1);
}

const string &reader::peek() const {
  if (at_end()) {
    refuse("the file ends within a kernel");
  }
  return tokens[at].text;
}

const string &reader::next() {
  peek();
  return tokens[at++].text;
}

void reader::want(const string &word) {
  const string &found = next();
  if (found != word) {
    refuse("expected " + word + ", found " + found);
  }
}

bool reader::accept(const string &word) {
  const bool found = peek() == word;
  at += found;
  return found;
}

variable reader::next_variable() {
  variable v = {"", accept(".align") ? atol(next().c_str()) : 0, 0};
  const long bytes = atol(next().c_str() + 2) / 8; /* of .u64 */
  v.alignment = v.alignment == 0 ? bytes : v.alignment;
  if (accept(".ptr")) { /* and what it points to */
    want(".align");
    next();
  }
  v.name = next();
  if (!accept("[")) {
    v.bytes = bytes;
  } else if (!accept("]")) {
    v.bytes = bytes * atol(next().c_str());
    want("]");
  }
  return v;
}

std::vector<operand> reader::operands() {
  std::vector<operand> all;
  while (!accept(";")) {
    operand o;
    o.several = accept("{");
    o.address = accept("[");
    do {
      o.words.push_back(next());
    } while (accept("|") || (o.several && accept(",")));
    if (o.address && accept("+")) {
      o.offset = next();
    }
    if (o.several || o.address) {
      want(o.several ? "}" : "]");
    }
    all.push_back(o);
    accept(",");
  }
  return all;
}
