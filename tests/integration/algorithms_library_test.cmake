# The installed algorithms serve another project: cmake -DBUILD=… -DSOURCE=… -P this file
cmake_minimum_required(VERSION 3.24)
set(scratch ${BUILD}/tests/integration/algorithms-library)
file(REMOVE_RECURSE ${scratch})

function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE failed OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(failed)
    list(JOIN ARGV " " command)
    message(FATAL_ERROR "${command}: ${failed}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD} --component algorithms --prefix ${scratch}/installed)
run(${CMAKE_COMMAND} -S ${SOURCE}/examples/ask-tell -B ${scratch}/build
  -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH=${scratch}/installed -DCMAKE_CXX_FLAGS=${FLAGS})
run(${CMAKE_COMMAND} --build ${scratch}/build)
foreach(algorithm auto tpe cmaes)
  run(${scratch}/build/ask-tell ${algorithm})
  if(NOT output MATCHES "^branin\\(.*\\) = 0\\.[3-9]")
    message(FATAL_ERROR "${algorithm}: ${output}")
  endif()
endforeach()
execute_process(COMMAND ${scratch}/build/ask-tell best RESULT_VARIABLE status ERROR_VARIABLE output)
if(NOT status EQUAL 2 OR NOT output MATCHES "best")
  message(FATAL_ERROR "an unknown algorithm: ${status} ${output}")
endif()

# By itself it configures without any other library.
run(${CMAKE_COMMAND} -S ${SOURCE}/algorithms -B ${scratch}/alone)
