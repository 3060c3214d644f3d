#include "engine/task/archive_codec.h"

#include "absl/status/status.h"
#include "common/base/concat.h"
#include "common/wire/wire_text.h"
#include "mockarty/v1/plan.pb.h"

namespace mockarty {

absl::StatusOr<std::string> EncodeArchive(const ScriptSource& source) {
  v1::Archive archive;
  SetUtf8(source.path, archive.mutable_name());
  SetUtf8(source.code, archive.mutable_code());
  archive.set_transpiled(source.transpiled);
  archive.set_source_hash(source.content_hash);
  for (const LineMapping& line : source.line_map) {
    v1::LineMapping* mapping = archive.add_line_map();
    mapping->set_generated_line(line.generated_line);
    mapping->set_original_line(line.original_line);
  }
  if (archive.ByteSizeLong() > kMaxArchiveBytes) {
    return absl::ResourceExhaustedError(Concat("the converted script has ", archive.ByteSizeLong(),
                                               " bytes, more than the ", kMaxArchiveBytes, " that a run can have"));
  }
  return archive.SerializeAsString();
}

absl::StatusOr<ScriptSource> DecodeArchive(std::string_view bytes) {
  if (bytes.size() > kMaxArchiveBytes) {
    return WrongField("archive", Concat(bytes.size(), " bytes"), Concat("at most ", kMaxArchiveBytes));
  }
  v1::Archive archive;
  if (!archive.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::InvalidArgumentError(Concat("archive: ", bytes.size(), " bytes that are not an archive"));
  }
  if (archive.name().empty()) {
    return absl::InvalidArgumentError("archive.name: expected the name of a file, got none");
  }
  ScriptSource source;
  source.path = archive.name();
  source.code = std::move(*archive.mutable_code());
  source.transpiled = archive.transpiled();
  source.content_hash = archive.source_hash();
  int before = 0;
  source.line_map.reserve(static_cast<size_t>(archive.line_map_size()));
  for (const v1::LineMapping& line : archive.line_map()) {
    if (line.generated_line() <= before) {
      return WrongField("archive.line_map.generated_line", line.generated_line(), Concat("more than ", before));
    }
    if (line.original_line() < 1) {
      return WrongField("archive.line_map.original_line", line.original_line(), "at least 1");
    }
    before = line.generated_line();
    source.line_map.push_back({line.generated_line(), line.original_line()});
  }
  return source;
}

}  // namespace mockarty
