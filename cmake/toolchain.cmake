# Compiler launcher, linker, warnings and sanitizers, for every target of the project.
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Paths relative to the source tree, so that another clone finds what one has compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
                                  CCACHE_NOHASHDIR=1 ${CCACHE})
endif()

find_program(MOLD mold)
find_program(LLD ld.lld)
if(MOLD)
  add_link_options(-fuse-ld=mold)
elseif(LLD)
  add_link_options(-fuse-ld=lld)
endif()

add_compile_options(-Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
                    -Werror=unused-result -Werror=return-type)
if(NOT CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-fno-omit-frame-pointer)
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  # What is a few lines of memory long is written and copied by plain stores: to start one of the
  # string instructions that g++ 12 takes for it costs more than all of them.
  add_compile_options(-mmemset-strategy=unrolled_loop:512:noalign,libcall:-1:noalign
                      -mmemcpy-strategy=unrolled_loop:512:noalign,libcall:-1:noalign)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_compile_options(-Wno-unknown-warning-option -Werror=switch)
else()
  add_compile_options(-Werror=switch)
endif()

if(ASSIST_SANITIZE)
  add_compile_options(-fsanitize=${ASSIST_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${ASSIST_SANITIZE})
endif()

# Our own mistakes are assertions, on in release too (see docs/architecture.md).
string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_RELWITHDEBINFO "${CMAKE_CXX_FLAGS_RELWITHDEBINFO}")
