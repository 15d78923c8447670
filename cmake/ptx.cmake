# The library for a device where there is no device: nvcc's own objects, under a runtime that stands in for CUDA's, with
# their kernels as C++ that is made of their PTX (native/test/ptx). The emulated tests once more, on what nvcc made.

set(PTX ${NATIVE}/test/ptx)
list(GET CMAKE_CUDA_ARCHITECTURES 0 ARCHITECTURE)
string(REGEX MATCH "^[0-9]+" ARCHITECTURE ${ARCHITECTURE})
set(INCLUDED ${CUDA_INCLUDES})
list(TRANSFORM INCLUDED PREPEND -I)
file(GLOB INCLUDABLE CONFIGURE_DEPENDS ${EMULATION}/*.h ${NATIVE}/cuda/*.cuh ${NATIVE}/cuda/*.h ${NATIVE}/driver/*.h ${NATIVE}/include/*.h)
set(STRICT -Wall -Wextra $<$<NOT:$<BOOL:${TOMBOLA_LENIENT}>>:-Werror>)

add_executable(translate ${PTX}/translate.cpp ${PTX}/reader.cpp)
target_compile_features(translate PRIVATE cxx_std_17)
target_compile_options(translate PRIVATE ${STRICT})

# A target of what nvcc makes of sources, translated.
function(add_translated target)
  foreach(source IN LISTS ARGN)
    get_filename_component(name ${source} NAME_WE)
    add_custom_command(OUTPUT ${name}.cpp
      COMMAND ${NVCC} -ptx -x cu -std=c++17 -O3 -arch=compute_${ARCHITECTURE} ${EXACT} ${INCLUDED} -o ${name}.ptx ${source}
      COMMAND translate ${name}.ptx ${name}.cpp
      DEPENDS ${source} ${INCLUDABLE} translate
      VERBATIM)
    list(APPEND translated ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
  endforeach()
  add_library(${target} OBJECT ${translated})
  target_include_directories(${target} PRIVATE ${EMULATION} ${PTX})
  target_compile_features(${target} PRIVATE cxx_std_17)
  target_compile_options(${target} PRIVATE -O1 -ffp-contract=off -fno-math-errno ${FUSING} ${STRICT} -Wno-unused -Wno-unused-parameter)
endfunction()

add_translated(tombola_translated ${CUDA_SOURCES})
add_library(tombola_runtime OBJECT ${PTX}/runtime.cpp)
target_include_directories(tombola_runtime PRIVATE ${EMULATION})
target_compile_features(tombola_runtime PRIVATE cxx_std_17)
target_compile_options(tombola_runtime PRIVATE ${STRICT})
set(UNDER_PTX $<TARGET_OBJECTS:tombola_runtime> $<TARGET_OBJECTS:tombola_emulation>)
set(STAND_IN $<TARGET_OBJECTS:tombola_device> $<TARGET_OBJECTS:tombola_translated> ${UNDER_PTX})
set(STAND_IN ${STAND_IN} PARENT_SCOPE)
cuda_tests(ptx CXX ${STAND_IN} $<TARGET_OBJECTS:tombola_emulated_heap>)
wrap_tests(ptx)

add_translated(faults_translated ${FAULTS_TEST})
set_source_files_properties(${FAULTS_TEST} PROPERTIES LANGUAGE CUDA)
add_executable(faults_test_ptx ${FAULTS_TEST} $<TARGET_OBJECTS:faults_translated> ${UNDER_PTX})
target_include_directories(faults_test_ptx PRIVATE ${CUDA_INCLUDES})
set_target_properties(faults_test_ptx PROPERTIES LINKER_LANGUAGE CXX CUDA_RUNTIME_LIBRARY None)
add_test(NAME faults_test_ptx COMMAND faults_test_ptx)

foreach(program lenet_replicas conv_flops)
  string(REGEX MATCH "^[a-z]+" source ${program})
  add_executable(${program}_ptx ${NATIVE}/../bench/gpu/${source}.cu ${STAND_IN} $<TARGET_OBJECTS:tombola_cuda_drivers>)
  target_include_directories(${program}_ptx PRIVATE ${NATIVE}/include)
  set_target_properties(${program}_ptx PROPERTIES LINKER_LANGUAGE CXX CUDA_RUNTIME_LIBRARY None)
endforeach()
add_test(NAME conv_flops_ptx COMMAND conv_flops_ptx --small --times 1 2)
# Resident networks come to the weights of launched ones.
add_test(NAME lenet_replicas_ptx WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR} COMMAND sh -c "
  weights() { said=$(./lenet_replicas_ptx --percent 3.6 --steps 40 $* 2) || exit 1; echo \"$said\" | tail -n 1 | grep -o '[0-9a-f]\\{8\\}$'; }
  launched=$(weights) && resident=$(weights --resident) && echo $launched $resident && test $launched = $resident")
add_test(NAME lenet_each_ptx COMMAND lenet_replicas_ptx --percent 1 --steps 40 --each 1)
