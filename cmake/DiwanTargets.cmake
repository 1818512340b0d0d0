# The functions by which every folder declares its library, program and tests.

get_filename_component(diwan_root "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)

# diwan_add_library(<name> SOURCES a.cpp ... HEADERS a.hpp ... [LINK <public targets>] [PRIVATE_LINK <targets>])
# Makes static library diwan_<name>, alias diwan::<name>; includes are relative to the repository root.
function(diwan_add_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;HEADERS;LINK;PRIVATE_LINK")
  set(target diwan_${name})
  add_library(${target} STATIC)
  add_library(diwan::${name} ALIAS ${target})
  target_sources(${target}
    PRIVATE ${arg_SOURCES}
    PUBLIC FILE_SET HEADERS BASE_DIRS ${diwan_root} FILES ${arg_HEADERS})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_link_libraries(${target}
    PUBLIC ${arg_LINK} PRIVATE ${arg_PRIVATE_LINK} $<BUILD_INTERFACE:diwan_warnings>)
  set_target_properties(${target} PROPERTIES
    EXPORT_NAME ${name} CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON
    VERIFY_INTERFACE_HEADER_SETS ON)   # every header compiles on its own
endfunction()

# diwan_add_test(<name> SOURCES a_test.cpp ... LINK <targets> [LABELS slow ...] [TIMEOUT seconds])
# One test program; each of its cases is a CTest test. A release optimises tests a little only: they are over half
# of what there is to compile, and take a minute to run.
function(diwan_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "SOURCES;LINK;LABELS")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LINK} GTest::gtest_main $<BUILD_INTERFACE:diwan_warnings>)
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  set_target_properties(${name} PROPERTIES CXX_EXTENSIONS OFF)
  set(properties TIMEOUT ${arg_TIMEOUT})
  if(arg_LABELS)
    list(APPEND properties LABELS "${arg_LABELS}")
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES ${properties})
endfunction()

add_library(diwan_warnings INTERFACE)
target_compile_options(diwan_warnings INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wpedantic;-Wshadow;-Wconversion;-Wnon-virtual-dtor;-Woverloaded-virtual>
  # GCC 12, when it optimises, takes the unused alternatives of a moved std::variant for uninitialised
  # reads, and "text" + std::string for an overlapping copy.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized;-Wno-restrict>
  $<$<BOOL:${DIWAN_WARNINGS_AS_ERRORS}>:-Werror>)

# diwan_add_messages(<library> <folder/a.proto>...)
# Gives the library's sources the messages of .proto files below its CMakeLists.txt, as "<path from the root>/a.pb.h".
# What protoc writes is compiled without our warnings.
function(diwan_add_messages name)
  set(library diwan_${name})
  set(target ${library}_messages)
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE folder)
  set(sources "")
  foreach(proto IN LISTS ARGN)
    cmake_path(REMOVE_EXTENSION proto OUTPUT_VARIABLE stem)
    set(written ${PROJECT_BINARY_DIR}/messages/${folder}/${stem}.pb)
    add_custom_command(OUTPUT ${written}.cc ${written}.h
      COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/messages
      COMMAND ${DIWAN_PROTOC} --proto_path=${PROJECT_SOURCE_DIR} --cpp_out=${PROJECT_BINARY_DIR}/messages
        ${folder}/${proto}
      WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
      DEPENDS ${proto} VERBATIM)
    list(APPEND sources ${written}.cc ${written}.h)
  endforeach()
  add_library(${target} OBJECT ${sources})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_include_directories(${target} SYSTEM PUBLIC ${PROJECT_BINARY_DIR}/messages)
  target_link_libraries(${target} PUBLIC PkgConfig::protobuf)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON)
  target_link_libraries(${library} PRIVATE ${target})
endfunction()
