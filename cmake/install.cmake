include(GNUInstallDirs)
install(TARGETS waybill waybill-verify RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY rules/policies/ DESTINATION ${CMAKE_INSTALL_DATADIR}/waybill/policies FILES_MATCHING PATTERN "*.json")
install(DIRECTORY rules/packs/ DESTINATION ${CMAKE_INSTALL_DATADIR}/waybill/packs FILES_MATCHING PATTERN "*.json")
