# How this project's targets are made: one place for warnings, sanitizers, include paths and output folders.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 99)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# Position-independent executables are what the compiler makes by itself; -fPIC on top would forbid inlining across
# functions that a shared library could replace, and there is none.
set(CMAKE_POSITION_INDEPENDENT_CODE OFF)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

option(MOCKARTY_FUZZ "Build the fuzz targets (clang only)" OFF)
option(MOCKARTY_PROFILE_DUKTAPE "Optimise the interpreter by a profile of its own training (GCC)" OFF)
set(MOCKARTY_SANITIZE "" CACHE STRING "Sanitizers for our code, e.g. address;undefined or thread")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_C_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM AND NOT MOCKARTY_FUZZ)
  add_link_options(-fuse-ld=mold)
endif()

if(MOCKARTY_SANITIZE)
  string(REPLACE ";" "," _sanitizers "${MOCKARTY_SANITIZE}")
  add_compile_options(-fsanitize=${_sanitizers} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${_sanitizers})
endif()
if(MOCKARTY_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

add_library(mockarty_flags INTERFACE)
target_compile_options(mockarty_flags INTERFACE
  -Wall -Wextra -Wshadow -Wno-missing-field-initializers
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>
  $<$<BOOL:${MOCKARTY_WERROR}>:-Werror>)
target_include_directories(mockarty_flags INTERFACE "${CMAKE_SOURCE_DIR}" "${CMAKE_BINARY_DIR}/gen")

# mockarty_library(<name> SOURCES <file...> [DEPS <target...>])
function(mockarty_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC mockarty_flags ${arg_DEPS})
endfunction()

# mockarty_binary(<name> SOURCES <file...> [DEPS <target...>])
function(mockarty_binary name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE mockarty_flags ${arg_DEPS})
endfunction()

# mockarty_test(<name> SOURCES <file...> [DEPS <target...>] [LABELS <label...>])
# One GoogleTest binary and one ctest entry a call. Label `sanitize` puts it among those of `make sanitize`.
function(mockarty_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE mockarty_flags ${arg_DEPS} GTest::gmock GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
  set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}"
    ENVIRONMENT "MOCKARTY_BIN_DIR=${CMAKE_RUNTIME_OUTPUT_DIRECTORY};MOCKARTY_SOURCE_DIR=${CMAKE_SOURCE_DIR}")
endfunction()

# mockarty_fuzz(<name> SOURCES <file...> [DEPS <target...>])
# A libFuzzer target in the fuzz preset, nothing in others. Its corpus is tests/fuzz/corpus/<name>; scripts/fuzz runs it.
function(mockarty_fuzz name)
  if(NOT MOCKARTY_FUZZ)
    return()
  endif()
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(fuzz_${name} ${arg_SOURCES})
  target_link_libraries(fuzz_${name} PRIVATE mockarty_flags ${arg_DEPS})
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  set_target_properties(fuzz_${name} PROPERTIES
    OUTPUT_NAME ${name} RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/fuzz")
  if(NOT TARGET fuzz_targets)
    add_custom_target(fuzz_targets)
  endif()
  add_dependencies(fuzz_targets fuzz_${name})
endfunction()
