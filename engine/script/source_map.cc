#include "engine/script/source_map.h"

#include <algorithm>

#include "absl/status/status.h"
#include "common/base/concat.h"
#include "engine/script/varint.h"

namespace mockarty {
namespace {

bool TakeNumber(std::string_view& text, uint64_t* value) {
  *value = 0;
  for (int shift = 0; shift < 42 && !text.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(text.front());
    text.remove_prefix(1);
    *value |= uint64_t{byte & 0x7fU} << shift;
    if ((byte & 0x80) == 0) {
      return true;
    }
  }
  return false;
}

bool TakeDelta(std::string_view& text, uint32_t from, uint32_t* to) {
  uint64_t coded = 0;
  if (!TakeNumber(text, &coded)) {
    return false;
  }
  const int64_t value = int64_t{from} + (static_cast<int64_t>(coded >> 1) ^ -static_cast<int64_t>(coded & 1));
  if (value < 0 || value > INT32_MAX) {
    return false;
  }
  *to = static_cast<uint32_t>(value);
  return true;
}

}  // namespace

// A place is: lines forward; the column, relative on the same line; whether it is the user's; then line and column.
std::string EncodeSourceMap(const std::vector<SourceMapPlace>& places) {
  std::string text;
  text.reserve(places.size() * 5);
  SourceMapPlace before;
  SourceMapPlace source;
  for (const SourceMapPlace& place : places) {
    const bool same_line = place.generated_line == before.generated_line;
    PutNumber(text, (uint64_t{place.generated_line - before.generated_line} << 1) | (place.line != 0 ? 1 : 0));
    PutNumber(text, place.generated_column - (same_line ? before.generated_column : 0));
    if (place.line != 0) {
      PutDelta(text, source.line, place.line);
      PutDelta(text, source.column, place.column);
      source = place;
    }
    before = place;
  }
  return text;
}

absl::StatusOr<std::vector<SourceMapPlace>> DecodeSourceMap(std::string_view text) {
  std::vector<SourceMapPlace> places;
  const size_t size = text.size();
  SourceMapPlace before;
  SourceMapPlace source;
  while (!text.empty()) {
    const size_t at = size - text.size();
    SourceMapPlace place;
    uint64_t lines = 0;
    uint64_t column = 0;
    bool good = TakeNumber(text, &lines) && TakeNumber(text, &column);
    const uint64_t line = before.generated_line + (lines >> 1);
    column += lines >> 1 == 0 ? before.generated_column : 0;
    good = good && line <= INT32_MAX && column <= INT32_MAX;
    if (good && (lines & 1) != 0) {
      good = TakeDelta(text, source.line, &place.line) && TakeDelta(text, source.column, &place.column);
      source.line = place.line;
      source.column = place.column;
    }
    if (!good) {
      return absl::InvalidArgumentError(Concat("a source map of ", size, " bytes is damaged at byte ", at));
    }
    place.generated_line = static_cast<uint32_t>(line);
    place.generated_column = static_cast<uint32_t>(column);
    places.push_back(place);
    before = place;
  }
  return places;
}

const SourceMapPlace* FindPlace(const std::vector<SourceMapPlace>& places, uint32_t line, uint32_t column) {
  const auto after = std::upper_bound(places.begin(), places.end(), std::pair(line, column),
                                      [](const std::pair<uint32_t, uint32_t>& wanted, const SourceMapPlace& place) {
                                        return wanted < std::pair(place.generated_line, place.generated_column);
                                      });
  return after == places.begin() ? nullptr : &*(after - 1);
}

int OriginalLine(const std::vector<SourceMapPlace>& places, int generated_line) {
  if (places.empty() || generated_line <= 0) {
    return generated_line;
  }
  const auto wanted = static_cast<uint32_t>(generated_line);
  const auto first =
      std::lower_bound(places.begin(), places.end(), wanted,
                       [](const SourceMapPlace& place, uint32_t line) { return place.generated_line < line; });
  for (auto place = first; place != places.end() && place->generated_line == wanted; ++place) {
    if (place->line != 0) {
      return static_cast<int>(place->line);
    }
  }
  const SourceMapPlace* governing = FindPlace(places, wanted, 0);
  return governing == nullptr ? 0 : static_cast<int>(governing->line);
}

}  // namespace mockarty
