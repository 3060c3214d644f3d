#include "engine/script/loader.h"

#include <map>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "common/base/concat.h"
#include "common/base/status_macros.h"
#include "engine/script/module_graph.h"
#include "engine/script/postman_files.h"
#include "engine/script/source_text.h"
#include "engine/script/test_archive.h"
#include "engine/script/test_files.h"

namespace mockarty {
namespace {

absl::StatusOr<ScriptSource> LoadArchive(const std::string& name, std::string_view bytes, const LoadOptions& options) {
  absl::StatusOr<TestArchive> archive = ReadTestArchive(bytes);
  if (!archive.ok()) {
    return absl::Status(archive.status().code(), Concat(name, ": ", archive.status().message()));
  }
  RETURN_IF_ERROR(ReadPostmanFiles(options.postman, &archive->files));
  return LoadModuleGraph(TestFiles::InMemory(std::move(archive->files), "it is not in the archive"), archive->main, "",
                         options);
}

}  // namespace

absl::StatusOr<ScriptSource> LoadScript(const std::string& path, const LoadOptions& options) {
  ASSIGN_OR_RETURN(std::string bytes, ReadSourceFile(path, options.max_archive_bytes));
  if (LooksLikeTestArchive(bytes)) {
    return LoadArchive(path, bytes, options);
  }
  if (bytes.size() > options.max_source_bytes) {
    return NormalizeSource(path, bytes, options.max_source_bytes).status();
  }
  const std::string folder(FolderOf(path));
  const std::string main = path.substr(path.rfind('/') + 1);
  const bool at_root = folder.empty() && path.substr(0, 1) == "/";
  std::shared_ptr<TestFiles> files = TestFiles::OnDisk(at_root ? "/" : folder, options.allow_outside_files);
  std::map<std::string, std::string> postman;
  RETURN_IF_ERROR(ReadPostmanFiles(options.postman, &postman));
  for (auto& [name, text] : postman) {
    files->Put(name, std::move(text));
  }
  files->Put(main, std::move(bytes));
  return LoadModuleGraph(std::move(files), main, at_root ? "/" : folder, options);
}

absl::StatusOr<ScriptSource> LoadScriptText(const std::string& name, std::string_view text,
                                            const LoadOptions& options) {
  if (LooksLikeTestArchive(text)) {
    return LoadArchive(name, text, options);
  }
  std::map<std::string, std::string> files;
  const std::string main = name.substr(name.rfind('/') + 1);
  files.emplace(main, text);
  return LoadModuleGraph(TestFiles::InMemory(std::move(files), "the script came without other files"), main,
                         std::string(FolderOf(name)), options);
}

}  // namespace mockarty
