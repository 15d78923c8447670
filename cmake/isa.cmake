# One source per instruction set, each with its own flags: the rest of the library runs on any machine of its kind.
# Sets TOMBOLA_ARCH and takes the instruction sets of other machines out of SOURCES.

if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
  set(TOMBOLA_ARCH x86_64)
  set(OTHER neon)
  set_source_files_properties(${NATIVE}/cpu/isa_avx2.c PROPERTIES COMPILE_OPTIONS "-mavx2;-mfma")
  set_source_files_properties(${NATIVE}/cpu/isa_avx512.c PROPERTIES COMPILE_OPTIONS
    "-mavx512f;-mavx512dq;-mavx512bw;-mavx512vl;-mfma;-mprefer-vector-width=512")
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
  set(TOMBOLA_ARCH aarch64)  # NEON is part of the baseline: no flag
  set(OTHER avx2 avx512)
else()
  message(FATAL_ERROR "Tombola's C kernels are built for x86-64 and aarch64, but this machine is "
    "${CMAKE_SYSTEM_PROCESSOR}; elsewhere only --backend reference works.")
endif()

foreach(isa IN LISTS OTHER)
  list(FILTER SOURCES EXCLUDE REGEX "/isa_${isa}\\.c$")
endforeach()
