/* Translates PTX, which is what nvcc makes of kernels, into C++ for an emulated device: an instruction is a statement,
 * a register a variable, and ptx.h says what they do. What may have other bits elsewhere (a sum or product that may be
 * fused later, .approx and .ftz but for what division.cuh asks for) is not there: its translation does not compile, and
 * the compiler names the line of the PTX. translate FILE.ptx FILE.cpp */
#include <stdio.h>
#include <string.h>

#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include "reader.h"

namespace {

struct kernel {
  string name;
  std::vector<long> given; /* bytes of its parameters */
  long shared = 0;         /* bytes of its own */
  string threads = "0";    /* of a block, at most */
};

strings split(const string &text, char by) {
  strings parts;
  std::istringstream in(text);
  for (string part; std::getline(in, part, by);) {
    parts.push_back(part);
  }
  return parts;
}

/* What ptx.h calls an instruction whose first parts are these. */
string operation(const strings &parts, size_t count) {
  string name = "op";
  for (size_t i = 0; i < count; i++) {
    name += "_" + parts[i];
  }
  return name;
}

class translator {
 public:
  translator(const string &file, const string &text, std::ostream &out) : in(file, text), out(out) {}

  void translate() {
    out << "#include \"ptx.h\"\n";
    while (!in.at_end()) {
      const string word = in.next();
      if (word == ".version" || word == ".target" || word == ".address_size") {
        in.next();
      } else if (word == ".extern") {
        declare_room();
      } else if (word == ".entry" || word == ".visible") {
        if (word == ".visible") {
          in.want(".entry");
        }
        translate_kernel();
      } else if (word != ";") {
        in.refuse("a part of a module that is not known: " + word);
      }
    }
    out << "static const ptx_kernel kernels[] = {\n";
    for (const kernel &k : kernels) {
      out << "    {\"" << k.name << "\", " << k.name << ", " << k.threads << ", " << k.shared << ", {";
      for (long bytes : k.given) {
        out << bytes << ", ";
      }
      out << "}},\n";
    }
    out << "};\nstatic const ptx_module module(kernels, sizeof kernels / sizeof kernels[0]);\n";
  }

 private:
  reader in;
  std::ostream &out;
  std::vector<kernel> kernels;
  std::map<string, string> places; /* of variables in shared memory */
  string room;                     /* what a launch gives of it */

  void declare_room() {
    in.want(".shared");
    room = in.next_variable().name;
    in.want(";");
  }

  void translate_kernel() {
    kernel k;
    k.name = in.next();
    places.clear();
    out << "static void " << k.name << "(const char *const *given) {\n";
    out << "  char *const shared = (char *)emulated_shared();\n  async_copies copies;\n";
    in.want("(");
    while (!in.accept(")")) {
      in.want(".param");
      const variable v = in.next_variable();
      out << "  const char *const " << v.name << " = given[" << k.given.size() << "];\n";
      k.given.push_back(v.bytes);
      in.accept(",");
    }
    for (string word = in.next(); word != "{"; word = in.next()) {
      if (word == ".maxntid") {
        k.threads = in.next();
      }
    }
    for (int depth = 1; depth > 0;) {
      translate_statement(&k, &depth);
    }
    kernels.push_back(k);
  }

  void translate_statement(kernel *k, int *depth) {
    const string word = in.next();
    if (word == "{" || word == "}") {
      *depth += word == "{" ? 1 : -1;
      out << (*depth == 0 ? "  return;\n" : "") << word << "\n";
    } else if (word == ".reg") {
      declare_registers();
    } else if (word == ".shared" || word == ".local") {
      const variable v = in.next_variable();
      in.want(";");
      if (word == ".local") {
        out << "  alignas(" << v.alignment << ") char " << v.name << "[" << v.bytes << "];\n";
      } else {
        k->shared = (k->shared + v.alignment - 1) / v.alignment * v.alignment;
        places[v.name] = std::to_string(k->shared) + "u";
        k->shared += v.bytes;
      }
    } else if (word == ".pragma") {
      in.next();
      in.want(";");
    } else if (in.accept(":")) {
      out << label(word) << ": ;\n";
    } else {
      translate_instruction(word, *k);
    }
  }

  void declare_registers() {
    const string type = in.next(), name = in.next();
    const string unset = type == ".pred" ? "" : "UNSET_" + type.substr(2);
    string names = variable_of(name);
    if (in.accept("<")) {
      const int count = atoi(in.next().c_str());
      in.want(">");
      names = "";
      for (int i = 0; i < count; i++) {
        names += (i == 0 ? "" : ", ") + variable_of(name + std::to_string(i)) + "{" + unset + "}";
      }
    }
    in.want(";");
    out << "  " << (type == ".pred" ? "bool " : "u" + type.substr(2) + " ") << names << ";\n";
  }

  /* A register's, which is no type's name. */
  static string variable_of(const string &name) {
    return name.substr(1) + "_";
  }

  static string label(const string &name) {
    return "at" + name.substr(1);
  }

  /* A word as a value of unsigned bits. */
  string value(const string &word, const kernel &k) {
    static const std::map<string, string> threads = {
        {"tid", "threadIdx"}, {"ctaid", "blockIdx"}, {"ntid", "blockDim"}, {"nctaid", "gridDim"}};
    if (word[0] == '%') {
      const strings parts = split(word.substr(1), '.');
      if (parts.size() == 2 && threads.count(parts[0]) > 0) {
        return threads.at(parts[0]) + "." + parts[1];
      }
      return parts.size() == 1 ? variable_of(word) : (in.refuse("a register that is not known: " + word), "");
    }
    if (word.size() > 2 && word[0] == '0' && (word[1] == 'f' || word[1] == 'd')) {
      return "0x" + word.substr(2) + (word[1] == 'f' ? "u" : "ull");
    }
    if (isdigit((unsigned char)word[0]) || word[0] == '-') {
      return word + (word[0] == '-' ? "ll" : "ull");
    }
    if (word == room) {
      return std::to_string((k.shared + 15) / 16 * 16) + "u"; /* as runtime.cpp gives it */
    }
    return places.count(word) > 0 ? places[word] : "(u64)" + word;
  }

  /* Where an instruction of a space reaches. */
  string place(const operand &o, const string &space, const kernel &k) {
    const string base = value(o.words[0], k);
    return (space == "shared" ? "(u64)shared + (u32)" + base : base) + " + " + o.offset;
  }

  string as(const string &type, const operand &o, const kernel &k) {
    return "of<" + type + ">(" + value(o.words[0], k) + ")";
  }

  void put(const operand &to, const string &result) {
    out << " put(" << variable_of(to.words[0]) << ", " << result << ");";
  }

  /* The elements of v. */
  void put_each(const operand &to) {
    for (size_t i = 0; i < to.words.size(); i++) {
      out << " put(" << variable_of(to.words[i]) << ", v[" << i << "]);";
    }
  }

  void translate_instruction(string word, const kernel &k) {
    out << "#line " << in.line() << " \"" << in.file() << "\"\n ";
    if (word[0] == '@') {
      const bool inverted = word[1] == '!';
      out << " if (" << (inverted ? "!" : "") << variable_of(word.substr(inverted ? 2 : 1)) << ")";
      word = in.next();
    }
    const std::vector<operand> o = in.operands();
    out << " {";
    translate_operation(split(word, '.'), o, k);
    out << " }\n";
  }

  void translate_operation(const strings &parts, const std::vector<operand> &o, const kernel &k) {
    const string &name = parts[0], type = parts.back();
    const size_t count = parts.size();
    if (name == "bra") {
      out << " goto " << label(o[0].words[0]) << ";";
    } else if (name == "ret") {
      out << " return;";
    } else if (name == "bar") {
      if (o.size() != 1) {
        in.refuse("a barrier of some threads of a block");
      }
      out << operation(parts, count) << "(" << o[0].words[0] << ");";
    } else if (name == "barrier") {
      out << operation(parts, count) << "(" << as("u32", o[0], k) << ", " << as("u32", o[1], k) << ");";
    } else if (name == "ld" || name == "st") {
      translate_access(parts, o, k);
    } else if (name == "red") {
      out << " " << operation({name, parts[2]}, 2) << "<" << type << ">(" << place(o[0], parts[1], k) << ", "
          << as(type, o[1], k) << ");";
    } else if (name == "prefetch") {
      /* what lies there stays as it is */
    } else if (name == "cp" && o.empty()) {
      out << " copies." << operation(parts, count) << "();";
    } else if (name == "cp") {
      out << " copies." << operation(parts, count) << "(" << place(o[0], "shared", k) << ", "
          << place(o[1], "global", k) << ", " << o[2].words[0] << ");";
    } else if (operation(parts, count) == "op_mma_sync_aligned_m16n8k8_row_col_f32_tf32_tf32_f32") {
      out << " const auto v = op_mma_tf32(" << in.line();
      for (int i = 1; i < 4; i++) {
        out << (i == 1 ? ", {" : "}, {");
        for (const string &word : o[i].words) {
          out << "of<f32>(" << value(word, k) << "), ";
        }
      }
      out << "});";
      put_each(o[0]);
    } else if (name == "mov" && o[0].several) {
      out << " const auto v = cut<" << o[0].words.size() << ">(" << value(o[1].words[0], k) << ");";
      put_each(o[0]);
    } else if (o.size() < 2 || (o[0].words.size() > 1 && name != "shfl")) {
      in.refuse("an instruction that is not known: " + operation(parts, count));
    } else {
      put(o[0], result_of(parts, o, k));
      if (name == "shfl" && o[0].words.size() > 1) {
        out << " " << variable_of(o[0].words[1]) << " = true;";
      }
    }
  }

  /* Of an instruction that makes one value. */
  string result_of(const strings &parts, const std::vector<operand> &o, const kernel &k) {
    const string &name = parts[0], type = parts.back();
    const size_t count = parts.size();
    if (name == "atom") {
      return operation({name, parts[2]}, 2) + "<" + type + ">(" + place(o[1], parts[1], k) + ", " + as(type, o[2], k) +
             ")";
    }
    if (name == "cvta") {
      const bool into = parts[1] == "to", moves = parts[into ? 2 : 1] == "shared";
      return as("u64", o[1], k) + (!moves ? "" : into ? " - (u64)shared" : " + (u64)shared");
    }
    if (name == "shfl") {
      return operation(parts, count - 1) + "(" + std::to_string(in.line()) + ", " + as("u32", o[1], k) + ", " +
             as("s32", o[2], k) + ", " + as("s32", o[3], k) + ", " + as("u32", o[4], k) + ")";
    }
    if (name == "mov" && o[1].several) {
      string words;
      for (const string &word : o[1].words) {
        words += (words.empty() ? "" : ", ") + variable_of(word);
      }
      return "together(" + words + ")";
    }
    if (operation(parts, count) == "op_cvt_rn_tf32_f32") {
      return "op_cvt_rn_tf32(" + as(type, o[1], k) + ")";
    }
    if (name == "cvt") {
      return operation(parts, count - 2) + "<" + parts[count - 2] + ", " + type + ">(" + as(type, o[1], k) + ")";
    }
    string values;
    for (size_t i = 1; i < o.size(); i++) {
      const bool shift = (name == "shl" || name == "shr") && i == 2, choice = name == "selp" && i == 3;
      values += (i == 1 ? "" : ", ") + as(shift ? "u32" : choice ? "pred" : type, o[i], k);
    }
    return operation(parts, count - 1) + "<" + type + ">(" + values + ")";
  }

  /* ld.SPACE.vN.TYPE and st.SPACE.vN.TYPE */
  void translate_access(const strings &parts, const std::vector<operand> &o, const kernel &k) {
    strings how(parts.begin() + 1, parts.end() - 1);
    const string width = !how.empty() && how.back()[0] == 'v' ? how.back().substr(1) : "1";
    if (width != "1") {
      how.pop_back();
    }
    const string space = how.empty() ? "generic" : how[0], type = parts.back();
    if (how.size() > 1 || (strchr("gsl", space[0]) == nullptr && space != "param")) {
      in.refuse("an access that is not known: " + operation(parts, parts.size()));
    }
    const bool load = parts[0] == "ld";
    const string where = place(o[load ? 1 : 0], space, k);
    if (load) {
      out << " const auto v = op_ld" << (space == "param" ? "_param" : "") << "<" << type << ", " << width << ">("
          << where << ");";
      put_each(o[0]);
      return;
    }
    out << " op_st(" << where;
    for (const string &word : o[1].words) {
      out << ", of<" << type << ">(" << value(word, k) << ")";
    }
    out << ");";
  }
};

}  // namespace

int main(int count, char **arguments) {
  if (count != 3) {
    fprintf(stderr, "usage: translate FILE.ptx FILE.cpp\n");
    return 2;
  }
  std::ifstream in(arguments[1]);
  std::ofstream out(arguments[2]);
  const string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (text.empty() || !out) {
    fprintf(stderr, "%s holds nothing, or %s cannot be written\n", arguments[1], arguments[2]);
    return 1;
  }
  translator(arguments[1], text, out).translate();
  out.close();
  return out ? 0 : 1;
}
