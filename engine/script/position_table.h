// Where the instructions of a compiled script come from: file, line and column of the user's own text.
//
// One table a program, shared by all heaps that run it: functions in a heap carry only a number. Built once when the
// script is compiled, read only when an error is shown. Immutable after Build(): any thread.
#ifndef ENGINE_SCRIPT_POSITION_TABLE_H_
#define ENGINE_SCRIPT_POSITION_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/script/source_map.h"

namespace mockarty {

struct SourcePosition {
  const char* file = nullptr;  // in the heap's encoding; lives as long as the table
  uint32_t line = 0;           // 1-based, both
  uint32_t column = 0;
};

class PositionTable {
 public:
  // False for functions that are not the user's: helpers of the converter.
  bool Find(uint32_t function, uint32_t pc, SourcePosition* position) const;

  size_t Bytes() const;

 private:
  friend class PositionTableBuilder;
  struct Function {
    uint32_t begin = 0;  // in runs_
    uint32_t end = 0;
    uint32_t file = 0;
  };

  std::vector<std::string> files_;
  std::vector<Function> functions_;  // by number - 1
  std::string runs_;                 // of each function: instructions, then how line and column differ
};

// Gathers what the compiler tells, file by file.
class PositionTableBuilder {
 public:
  // What Duktape calls for each function that it has compiled, see duk_x_record_positions().
  static void Record(void* self, uint32_t function, const uint32_t* first, size_t stride, size_t count);

  // The functions recorded since the last call are those of `file`. `text` is what was compiled, in the heap's
  // encoding; its first `head` bytes are not of the file. An empty map: the text is the user's own.
  void EndFile(std::string_view file, std::string_view text, size_t head, const std::vector<SourceMapPlace>& map);

  PositionTable Build() && { return std::move(table_); }

 private:
  struct Recorded {
    uint32_t function;
    std::vector<uint32_t> offsets;
  };

  std::vector<Recorded> recorded_;
  PositionTable table_;
};

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_POSITION_TABLE_H_
