// Where converted code comes from: places of the generated text and the places of the user's file that they stand for.
//
// Kept as compact text of its own making: deltas in variable-length numbers, some five bytes a place. It is decoded
// only when a script is compiled. Lines are 1-based; columns are 0-based and count UTF-16 units, as Babel's do.
#ifndef ENGINE_SCRIPT_SOURCE_MAP_H_
#define ENGINE_SCRIPT_SOURCE_MAP_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace mockarty {

struct SourceMapPlace {
  uint32_t generated_line = 0;
  uint32_t generated_column = 0;
  uint32_t line = 0;  // 0: from here on the code is not the user's
  uint32_t column = 0;
};

// Places in rising order of the generated text.
std::string EncodeSourceMap(const std::vector<SourceMapPlace>& places);

// InvalidArgument when the text is none that EncodeSourceMap() makes.
absl::StatusOr<std::vector<SourceMapPlace>> DecodeSourceMap(std::string_view text);

// The place that governs a line and column of the generated text; null before the first.
const SourceMapPlace* FindPlace(const std::vector<SourceMapPlace>& places, uint32_t line, uint32_t column);

// For problems whose column is unknown: the first line of the user's that stands in the generated line; the line itself
// when there is no map; 0 when it is not the user's code.
int OriginalLine(const std::vector<SourceMapPlace>& places, int generated_line);

}  // namespace mockarty

#endif  // ENGINE_SCRIPT_SOURCE_MAP_H_
