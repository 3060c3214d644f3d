#include "engine/task/archive_codec.h"

#include <map>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "common/base/concat.h"
#include "common/base/status_macros.h"
#include "common/wire/wire_text.h"
#include "engine/script/source_map.h"
#include "mockarty/v1/plan.pb.h"

namespace mockarty {

namespace {

template <typename Imports>
void PutImports(const std::vector<ScriptImport>& imports, Imports* out) {
  for (const ScriptImport& import : imports) {
    v1::Archive::Import* entry = out->Add();
    SetUtf8(import.name, entry->mutable_name());
    entry->set_module(import.module);
    entry->set_is_static(import.is_static);
  }
}

template <typename Imports>
absl::Status TakeImports(const Imports& imports, int modules, std::vector<ScriptImport>* out) {
  for (const v1::Archive::Import& import : imports) {
    if (import.module() < ScriptImport::kMain || import.module() >= modules) {
      return WrongField("archive.imports.module", import.module(), Concat("-1 to ", modules - 1));
    }
    out->push_back({import.name(), import.module(), import.is_static()});
  }
  return absl::OkStatus();
}

absl::Status CheckSourceMap(std::string_view map) {
  const auto places = DecodeSourceMap(map);
  return places.ok() ? absl::OkStatus()
                     : absl::InvalidArgumentError(Concat("archive.source_map: ", places.status().message()));
}

absl::Status TakeModules(v1::Archive& archive, ScriptSource* source) {
  RETURN_IF_ERROR(TakeImports(archive.imports(), archive.modules_size(), &source->imports));
  for (v1::Archive::Module& module : *archive.mutable_modules()) {
    ScriptModule taken;
    RETURN_IF_ERROR(CheckSourceMap(module.source_map()));
    RETURN_IF_ERROR(TakeImports(module.imports(), archive.modules_size(), &taken.imports));
    taken.path = module.path();
    taken.file = module.file();
    taken.is_json = module.is_json();
    taken.code = std::move(*module.mutable_code());
    taken.source_map = std::move(*module.mutable_source_map());
    taken.repeats = module.repeats();
    source->modules.push_back(std::move(taken));
  }
  std::map<std::string, std::string> files;
  for (v1::Archive::File& file : *archive.mutable_files()) {
    files[file.path()] = std::move(*file.mutable_content());
  }
  source->main_file = archive.main_file();
  source->files = TestFiles::InMemory(std::move(files), "it was not opened when the test was inspected");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> EncodeArchive(const ScriptSource& source) {
  v1::Archive archive;
  SetUtf8(source.path, archive.mutable_name());
  SetUtf8(source.code, archive.mutable_code());
  archive.set_transpiled(source.transpiled);
  archive.set_source_hash(source.content_hash);
  archive.set_source_map(source.source_map);
  archive.set_repeats(source.repeats);
  SetUtf8(source.preload, archive.mutable_preload());
  PutImports(source.imports, archive.mutable_imports());
  for (const ScriptModule& module : source.modules) {
    v1::Archive::Module* entry = archive.add_modules();
    SetUtf8(module.path, entry->mutable_path());
    SetUtf8(module.file, entry->mutable_file());
    entry->set_is_json(module.is_json);
    SetUtf8(module.code, entry->mutable_code());
    entry->set_source_map(module.source_map);
    entry->set_repeats(module.repeats);
    PutImports(module.imports, entry->mutable_imports());
  }
  SetUtf8(source.main_file, archive.mutable_main_file());
  if (source.files != nullptr) {
    for (const auto& [path, bytes] : source.files->OpenedSoFar()) {
      v1::Archive::File* file = archive.add_files();
      SetUtf8(path, file->mutable_path());
      file->set_content(*bytes);
    }
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
  source.source_map = std::move(*archive.mutable_source_map());
  source.repeats = archive.repeats();
  source.preload = archive.preload();
  RETURN_IF_ERROR(CheckSourceMap(source.source_map));
  RETURN_IF_ERROR(TakeModules(archive, &source));
  return source;
}

}  // namespace mockarty
