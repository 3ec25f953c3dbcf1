//! Change logs in every notation, and the tables they are read as.

use crate::import::schema::tests::check;

const EXPECT: &str = "table owners: id bigint primary, name varchar(80)
table pets: id bigint primary, owner_id bigint, tag varchar(5) unique
key pets(owner_id) -> owners(id)
";

#[test]
fn change_logs_in_xml_follow_their_inclusions() {
    check(
        r#"== src/main/resources/db/changelog/master.xml
<databaseChangeLog xmlns="http://www.liquibase.org/xml/ns/dbchangelog">
  <property name="text" value="varchar(80)" dbms="mysql"/>
  <property name="text" value="varchar2(80)" dbms="oracle"/>
  <include file="parts/b.xml" relativeToChangelogFile="true"/>
  <include file="classpath:db/changelog/parts/a.xml"/>
</databaseChangeLog>
== src/main/resources/db/changelog/parts/a.xml
<databaseChangeLog>
  <changeSet id="3" author="x" dbms="oracle"><dropTable tableName="pets"/></changeSet>
  <changeSet id="4" author="x" dbms="mysql">
    <renameColumn tableName="pets" oldColumnName="owner" newColumnName="owner_id"/>
    <rollback><dropTable tableName="owners"/></rollback>
    <dropColumn tableName="pets"><column name="x"/></dropColumn>
    <sql>ALTER TABLE pets ADD COLUMN tag varchar(5) NOT NULL</sql>
    <createIndex tableName="pets" indexName="u" unique="true"><column name="tag"/></createIndex>
  </changeSet>
</databaseChangeLog>
== src/main/resources/db/changelog/parts/b.xml
<databaseChangeLog>
  <changeSet id="1" author="x">
    <preConditions onFail="MARK_RAN"><not><tableExists tableName="owners"/></not></preConditions>
    <createTable tableName="owners">
      <column name="id" type="BIGINT" autoIncrement="true"><constraints primaryKey="true" nullable="false"/></column>
      <column name="name" type="${text}"><constraints nullable="false"/></column>
    </createTable>
  </changeSet>
  <changeSet id="2" author="x">
    <createTable tableName="pets">
      <column name="id" type="bigint"><constraints primaryKey="true"/></column>
      <column name="owner" type="bigint"><constraints nullable="false"/></column>
      <column name="x" type="int"/>
    </createTable>
    <addForeignKeyConstraint baseTableName="pets" baseColumnNames="owner" constraintName="fk"
      referencedTableName="owners" referencedColumnNames="id"/>
  </changeSet>
</databaseChangeLog>
"#,
        EXPECT,
    );
}

#[test]
fn change_logs_in_yaml_say_the_same() {
    check(
        "== db/changelog/db.changelog-master.yaml
databaseChangeLog:
- changeSet:
    id: 1
    author: x
    changes:
    - createTable:
        tableName: owners
        columns:
        - column:
            name: id
            type: bigint
            autoIncrement: true
            constraints:
              primaryKey: true
              nullable: false
        - column: {name: name, type: varchar(80), constraints: {nullable: false}}
- changeSet:
    id: 2
    author: x
    changes:
      - createTable:
          tableName: pets
          columns:
            - column:
                name: id
                type: bigint
                constraints: {primaryKey: true}
            - column:
                name: owner_id
                type: bigint
                constraints:
                  nullable: false
                  foreignKeyName: fk
                  references: owners(id)
            - column:
                name: tag
                type: varchar(5)
                constraints: {unique: true, nullable: false}
",
        EXPECT,
    );
}

#[test]
fn of_several_snapshots_the_last_counts() {
    let snapshot = |version: &str, column: &str| {
        format!(
            "== liquibase/schema-{version}.x.xml\n<databaseChangeLog><changeSet><createTable tableName='a'>\
                 <column name='{column}' type='int'/></createTable></changeSet></databaseChangeLog>\n"
        )
    };
    check(&[snapshot("1.9", "x"), snapshot("1.10", "y")].concat(), "table a: y int null\n");
}
