# native/cuda into libtombola_cuda.so where there is an nvcc, with tests that run where there is a GPU; and the same
# sources with a processor standing in for the device (native/test/emulated), tested everywhere. What is left out is told
# in skipped.txt, which build.sh prints.
#   -DTOMBOLA_CUDA_ARCHITECTURES=all|native|90...: native where a GPU answers, else 90 (architectures.cmake)

set(DRIVERS ${NATIVE}/driver)
file(GLOB DRIVER_SOURCES CONFIGURE_DEPENDS ${DRIVERS}/*.c)
file(GLOB CUDA_SOURCES CONFIGURE_DEPENDS ${NATIVE}/cuda/*.cu)
file(GLOB CUDA_TESTS CONFIGURE_DEPENDS ${NATIVE}/test/*_test.c ${NATIVE}/test/cuda/*_test.c)
list(FILTER CUDA_TESTS EXCLUDE REGEX "/(context|helpers)_test\\.c$")  # of processors
set(SKIPPED "")

# The drivers again, for bodies that run on a device.
add_library(tombola_cuda_drivers OBJECT ${DRIVER_SOURCES})
set(CUDA_INCLUDES ${NATIVE}/include ${DRIVERS} ${NATIVE}/cuda)
target_include_directories(tombola_cuda_drivers PRIVATE ${CUDA_INCLUDES})

# Tests named NAME_KIND of the objects that are given: C programs linked as C++, or as CUDA, which brings its runtime.
function(cuda_tests kind language)
  set(runtime None)
  if(language STREQUAL CUDA)
    set(runtime Shared)
  endif()
  foreach(source IN LISTS CUDA_TESTS)
    get_filename_component(name ${source} NAME_WE)
    set(program ${name}_${kind})
    add_executable(${program} ${source} ${ARGN} $<TARGET_OBJECTS:tombola_cuda_drivers>)
    target_include_directories(${program} PRIVATE ${CUDA_INCLUDES} ${NATIVE}/test)
    target_compile_options(${program} PRIVATE $<$<COMPILE_LANGUAGE:C>:${FUSING}>)
    target_link_libraries(${program} PRIVATE m pthread)
    set_target_properties(${program} PROPERTIES LINKER_LANGUAGE ${language} CUDA_RUNTIME_LIBRARY ${runtime})
    add_test(NAME ${program} COMMAND ${program})
    set_tests_properties(${program} PROPERTIES TIMEOUT 1800 SKIP_RETURN_CODE 77)
  endforeach()
endfunction()

# Lets those tests' heap and stack be what a device reaches.
function(wrap_tests kind)
  foreach(source IN LISTS CUDA_TESTS)
    get_filename_component(name ${source} NAME_WE)
    foreach(symbol main malloc calloc aligned_alloc free)
      target_link_options(${name}_${kind} PRIVATE -Wl,--wrap=${symbol})
    endforeach()
  endforeach()
endfunction()

include(CheckLanguage)
check_language(CXX)
if(CMAKE_CXX_COMPILER AND NOT CMAKE_CROSSCOMPILING AND NOT TOMBOLA_SANITIZE)
  include(emulated.cmake)
elseif(NOT CMAKE_CROSSCOMPILING AND NOT TOMBOLA_SANITIZE)
  string(APPEND SKIPPED "SKIPPED: the CUDA kernels are not tested in emulation: no C++ compiler for this machine.\n")
endif()

find_program(NVCC nvcc HINTS /usr/local/cuda/bin)
if(CMAKE_CROSSCOMPILING OR TOMBOLA_SANITIZE)
elseif(NOT NVCC)
  string(APPEND SKIPPED "SKIPPED: libtombola_cuda.so is not built: no nvcc on PATH or in /usr/local/cuda/bin.\n")
elseif(NOT CMAKE_CXX_COMPILER)
  string(APPEND SKIPPED "SKIPPED: libtombola_cuda.so is not built: nvcc needs a C++ compiler, and there is none.\n")
else()
  include(architectures.cmake)
  if(UNBUILT)
    string(APPEND SKIPPED "SKIPPED: libtombola_cuda.so is not built: ${UNBUILT}.\n")
  else()
    add_subdirectory(cuda)
  endif()
  if(AS_PTX AND NOT UNBUILT)
    string(APPEND SKIPPED "${AS_PTX}\n")
  endif()
endif()
if(STAND_IN)
  include(stand_in.cmake)
endif()
file(WRITE ${CMAKE_BINARY_DIR}/skipped.txt "${SKIPPED}")

# GPUs too old and too new for an nvcc, none, an nvcc that is alone, and what was asked for by name.
if(NOT CMAKE_CROSSCOMPILING)
  add_test(NAME architectures_fit_nvcc COMMAND sh -c "
    rm -rf fits && mkdir fits && cd fits && PATH=$PWD:$PATH
    printf '#!/bin/sh\\necho $GPU\\n' >nvidia-smi
    printf '#!/bin/sh\\ncase $1 in --*) echo compute_75 compute_80 compute_120 ;; *) echo $ALONE >&2 && test -z \"$ALONE\" ;; esac\\n' >nvcc
    chmod +x nvidia-smi nvcc
    says() {
      \"$0\" -DNVCC=nvcc -DTOMBOLA_CUDA_ARCHITECTURES=\"$2\" -P \"$1\" >said 2>&1
      tr -s ' \\n' ' ' <said | grep -e \"$3\" || { cat said; exit 1; }
    }
    export GPU ALONE
    GPU=7.0 says \"$1\" native 'capability is 7.0, and the kernels need 8.0'
    GPU=13.5 says \"$1\" '' ': 120-virtual .* no architecture 135'
    GPU=12.0 says \"$1\" '' ': 120 $'
    GPU=none says \"$1\" '' ': 80-virtual .* no architecture 90'
    says \"$1\" '80-real;120' ': 80-real;120 $'
    says \"$1\" all 'asked to be all, and 90-real is none that nvcc knows from 80 on: it knows 80, 120.'
    GPU=8.0 ALONE='fatal error: no toolkit' says \"$1\" '' 'compiles not even .* 80: fatal error: no toolkit'"
    ${CMAKE_COMMAND} ${CMAKE_SOURCE_DIR}/architectures.cmake)
endif()
