#include "engine/script/position_table.h"

#include <algorithm>
#include <utility>

#include "engine/script/varint.h"

namespace mockarty {
namespace {

uint64_t TakeNumber(const std::string& text, uint32_t* at) {
  uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(text[(*at)++]);
    value |= uint64_t{byte & 0x7fU} << shift;
    if ((byte & 0x80) == 0) {
      return value;
    }
  }
}

uint32_t TakeDelta(const std::string& text, uint32_t* at, uint32_t from) {
  const uint64_t coded = TakeNumber(text, at);
  return static_cast<uint32_t>(int64_t{from} + (static_cast<int64_t>(coded >> 1) ^ -static_cast<int64_t>(coded & 1)));
}

struct Place {
  uint32_t line = 0;  // 0: not the user's
  uint32_t column = 0;
};

// Offsets of a text turned into lines and columns of the user's.
class Locator {
 public:
  Locator(std::string_view text, size_t head, const std::vector<SourceMapPlace>& map)
      : text_(text), head_(head), map_(map) {
    starts_.push_back(0);
    for (size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1)) {
      starts_.push_back(at + 1);
    }
  }

  Place Locate(size_t offset) const {
    const size_t row = static_cast<size_t>(std::upper_bound(starts_.begin(), starts_.end(), offset) - starts_.begin());
    size_t start = starts_[row - 1];
    if (start < head_) {
      start = std::min(head_, offset);
    }
    // Text of a heap has one sequence of bytes for each UTF-16 unit.
    uint32_t column = 0;
    for (size_t at = start; at < offset && at < text_.size(); ++at) {
      column += (static_cast<unsigned char>(text_[at]) & 0xc0) != 0x80 ? 1 : 0;
    }
    if (map_.empty()) {
      return {static_cast<uint32_t>(row), column + 1};
    }
    const SourceMapPlace* place = FindPlace(map_, static_cast<uint32_t>(row), column);
    return place == nullptr || place->line == 0 ? Place{} : Place{place->line, place->column + 1};
  }

 private:
  std::string_view text_;
  size_t head_;
  const std::vector<SourceMapPlace>& map_;
  std::vector<size_t> starts_;
};

}  // namespace

bool PositionTable::Find(uint32_t function, uint32_t pc, SourcePosition* position) const {
  if (function == 0 || function > functions_.size()) {
    return false;
  }
  const Function& found = functions_[function - 1];
  if (found.begin == found.end) {
    return false;
  }
  Place place;
  uint64_t run_end = 0;
  for (uint32_t at = found.begin; at < found.end && pc >= run_end;) {
    run_end += TakeNumber(runs_, &at);
    place.line = TakeDelta(runs_, &at, place.line);
    place.column = TakeDelta(runs_, &at, place.column);
  }
  *position = {files_[found.file].c_str(), place.line, place.column};
  return true;
}

size_t PositionTable::Bytes() const { return runs_.size() + functions_.size() * sizeof(Function); }

void PositionTableBuilder::Record(void* self, uint32_t function, const uint32_t* first, size_t stride, size_t count) {
  Recorded recorded{function, std::vector<uint32_t>(count)};
  const char* at = reinterpret_cast<const char*>(first);
  for (size_t i = 0; i < count; ++i) {
    recorded.offsets[i] = *reinterpret_cast<const uint32_t*>(at + i * stride);
  }
  static_cast<PositionTableBuilder*>(self)->recorded_.push_back(std::move(recorded));
}

void PositionTableBuilder::EndFile(std::string_view file, std::string_view text, size_t head,
                                   const std::vector<SourceMapPlace>& map) {
  const Locator locator(text, head, map);
  std::string& runs = table_.runs_;
  for (const Recorded& recorded : recorded_) {
    if (table_.functions_.size() < recorded.function) {
      table_.functions_.resize(recorded.function);
    }
    PositionTable::Function& function = table_.functions_[recorded.function - 1];
    function.file = static_cast<uint32_t>(table_.files_.size());
    function.begin = static_cast<uint32_t>(runs.size());
    Place before;   // as written
    Place current;  // of the run that is open; instructions of the converter's own belong to what stands around them
    uint32_t length = 0;
    const auto end_run = [&] {
      if (length > 0 && current.line != 0) {
        PutNumber(runs, length);
        PutDelta(runs, before.line, current.line);
        PutDelta(runs, before.column, current.column);
        before = current;
        length = 0;
      }
    };
    for (const uint32_t offset : recorded.offsets) {
      const Place place = locator.Locate(offset);
      if (place.line != 0 && (place.line != current.line || place.column != current.column)) {
        end_run();
        current = place;
      }
      ++length;
    }
    end_run();
    function.end = static_cast<uint32_t>(runs.size());
  }
  recorded_.clear();
  table_.files_.emplace_back(file);
}

}  // namespace mockarty
